"""Django's SQLite backend, with writers served in turn instead of polling for the lock."""

from django.db.backends.sqlite3 import base

from partage.config.sqlite.guard import refuse_when_full
from partage.config.sqlite.queue import WriteQueue


class DatabaseWrapper(base.DatabaseWrapper):
    _turn: WriteQueue | None = None

    def _start_transaction_under_autocommit(self) -> None:
        path = str(self.settings_dict["NAME"])
        refuse_when_full(path, self.settings_dict.get("KEEP_FREE_MB", 0))
        turn = WriteQueue.of(path)
        turn.enter()
        self._turn = turn
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()
        finally:
            self._leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._leave()

    def _leave(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.leave()
