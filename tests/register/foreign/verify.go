// A second checker of registers and receipts. It shares no line with the first: the tree, the
// proofs and the signatures are those of golang.org/x/mod/sumdb, the original of this format.
//
//	verify log DIR VKEY         a folder of tiles and its checkpoint
//	verify receipt FILE VKEY    one receipt
//	verify batch                such lines on the standard input, an answer for each
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height, width = 8, 256

// The Go library takes other spellings of the same bytes; here each is an alteration.
func decode(text string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 || base64.StdEncoding.EncodeToString(raw) != text {
		return nil, fmt.Errorf("not base64: %.40q", text)
	}
	return raw, nil
}

func decodeHash(text string) (hash tlog.Hash, err error) {
	raw, err := decode(text)
	if err == nil && len(raw) != len(hash) {
		err = fmt.Errorf("a hash of %d bytes", len(raw))
	}
	copy(hash[:], raw)
	return hash, err
}

func number(text string) (int64, error) {
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || value < 0 || strconv.FormatInt(value, 10) != text {
		return 0, fmt.Errorf("not a number: %.40q", text)
	}
	return value, nil
}

// The size and root that the key itself signed, under its own name.
func openCheckpoint(signed []byte, vkey string) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	if _, err = decode(opened.Sigs[0].Base64); err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, errors.New("not a checkpoint of this register")
	}
	if tree.N, err = number(lines[1]); err == nil {
		tree.Hash, err = decodeHash(lines[2])
	}
	return tree, err
}

// The files of a log, as the library asks for tiles.
type folder string

func (f folder) Height() int                         { return height }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) (read [][]byte, err error) {
	for _, tile := range tiles {
		content, err := f.read(tile, strconv.Itoa(tile.L))
		if err != nil {
			return nil, err
		}
		read = append(read, content)
	}
	return read, nil
}

// The library writes the height into a tile's address, a register does not.
func (f folder) read(t tlog.Tile, level string) ([]byte, error) {
	t.L = 0
	path := strings.Replace(t.Path(), "tile/8/0/", "tile/"+level+"/", 1)
	return os.ReadFile(filepath.Join(string(f), path))
}

func (f folder) entries(size int64) (all [][]byte, err error) {
	for start := int64(0); start < size; start += width {
		tile := tlog.Tile{H: height, N: start / width, W: width}
		if size-start < width {
			tile.W = int(size - start)
		}
		packed, err := f.read(tile, "entries")
		if err != nil {
			return nil, err
		}
		bundle, err := split(packed)
		if err != nil || len(bundle) != tile.W {
			return nil, fmt.Errorf("%d entries instead of %d: %v", len(bundle), tile.W, err)
		}
		all = append(all, bundle...)
	}
	return all, nil
}

func split(packed []byte) (entries [][]byte, err error) {
	for len(packed) > 0 {
		if len(packed) < 2 {
			return nil, errors.New("an entry without its length")
		}
		end := 2 + int(packed[0])<<8 + int(packed[1])
		if end > len(packed) {
			return nil, errors.New("an entry is cut short")
		}
		entries, packed = append(entries, packed[2:end]), packed[end:]
	}
	return entries, nil
}

func checkLog(dir, vkey string) (string, error) {
	files := folder(dir)
	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return "", err
	}
	tree, err := openCheckpoint(signed, vkey)
	if err != nil {
		return "", err
	}
	if tree.N == 0 {
		return "", errors.New("a register of no entries is not published")
	}
	entries, err := files.entries(tree.N)
	if err == nil {
		err = replay(tree, entries)
	}
	if err == nil {
		err = compare(tree, files, entries)
	}
	return fmt.Sprintf("%d entries, root %v", tree.N, tree.Hash), err
}

// Hash every entry anew, up to the root: no tile is trusted for it.
func replay(tree tlog.Tree, entries [][]byte) error {
	var all []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (found []tlog.Hash, _ error) {
		for _, index := range indexes {
			found = append(found, all[index])
		}
		return found, nil
	})
	for place, entry := range entries {
		added, err := tlog.StoredHashes(int64(place), entry, reader)
		if err != nil {
			return err
		}
		all = append(all, added...)
	}
	root, err := tlog.TreeHash(tree.N, reader)
	if err == nil && root != tree.Hash {
		err = fmt.Errorf("the root is %v, and %v was signed", root, tree.Hash)
	}
	return err
}

// The library lets a hash out of a tile only when all tiles above lead to the signed root.
func compare(tree tlog.Tree, files folder, entries [][]byte) error {
	reader := tlog.TileHashReader(tree, files)
	places := make([]int64, tree.N)
	for place := range places {
		places[place] = tlog.StoredHashIndex(0, int64(place))
	}
	leaves, err := reader.ReadHashes(places)
	if err != nil {
		return err
	}
	for place, leaf := range leaves {
		if leaf != tlog.RecordHash(entries[place]) {
			return fmt.Errorf("entry %d does not fit its tile", place)
		}
	}
	for _, place := range []int64{0, tree.N / 2, tree.N - 1} {
		proof, err := tlog.ProveRecord(tree.N, place, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, place, leaves[place]); err != nil {
			return err
		}
	}
	return nil
}

func checkReceipt(file, vkey string) (string, error) {
	receipt, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	head, signed, isWhole := bytes.Cut(receipt, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	if !isWhole || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" ||
		!strings.HasPrefix(lines[1], "extra ") || !strings.HasPrefix(lines[2], "index ") {
		return "", errors.New("not a receipt")
	}
	tree, err := openCheckpoint(signed, vkey)
	if err != nil {
		return "", err
	}
	index, err := number(lines[2][len("index "):])
	if err != nil {
		return "", err
	}
	var proof tlog.RecordProof
	for _, line := range lines[3:] {
		hash, err := decodeHash(line)
		if err != nil {
			return "", err
		}
		proof = append(proof, hash)
	}
	extra, err := decode(lines[1][len("extra "):])
	if err != nil {
		return "", err
	}
	entry, hidden, isShown := bytes.Cut(extra, []byte("\n"))
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)); err != nil {
		return "", err
	}
	if isShown {
		err = checkCommitment(entry, hidden)
	}
	return fmt.Sprintf("entry %d of %d", index, tree.N), err
}

func checkCommitment(entry, hidden []byte) error {
	spelled, content, isWhole := bytes.Cut(hidden, []byte("\n"))
	opening, err := decode(string(spelled))
	// Of a fixed length: else what follows it could lend it its first bytes, under the same hash.
	if err != nil || !isWhole || len(opening) != sha256.Size {
		return errors.New("what the entry hides cannot be read")
	}
	var facts map[string]interface{}
	if err := json.Unmarshal(entry, &facts); err != nil {
		return err
	}
	sum := sha256.Sum256(bytes.Join([][]byte{[]byte("partage/commit/v1\x00"), opening, content}, nil))
	if facts["commitment"] != hex.EncodeToString(sum[:]) {
		return errors.New("what is shown is not what the entry commits to")
	}
	return nil
}

func check(words []string) (string, error) {
	switch {
	case len(words) == 3 && words[0] == "log":
		return checkLog(words[1], words[2])
	case len(words) == 3 && words[0] == "receipt":
		return checkReceipt(words[1], words[2])
	}
	return "", errors.New("usage: verify log DIR VKEY | receipt FILE VKEY | batch")
}

func batch() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if _, err := check(strings.Fields(lines.Text())); err != nil {
			fmt.Printf("broken: %s\n", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("ok")
		}
	}
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "batch" {
		batch()
		return
	}
	said, err := check(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(said)
}
