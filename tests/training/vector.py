"""The signed example of the Open Badges 3.0 specification (1EdTech, appendix "Basic
OpenBadgeCredential", verifiable credential as JWT), unchanged."""

EXAMPLE = "".join(
    [
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImp3ayI6eyJlIjoiQVFBQiIsImt0eSI6IlJTQSIsIm4i",
        "OiJxRWNMWGtqY3pZSmY0d24tMlVHa0VDZ0VPWGF1am5kXzBBU1I3X2xxTzdVQWZQYU85U1lNQjVCRnpp",
        "dWFsUUxwRXNJZmYzQUxubDdRckR4TnU5TENTZGhxUDBNc3JqTmcweWFBZ1JITVN0QnU3OFRlOXFMVjhv",
        "aFVmWWJHSWtFVDFSaGs2QnNqbUJxdVZJOTd0YllOc0hZOWU2b1pnd3Y1UEJxN3BTbjd4MGJWSjRaN293",
        "ZTRTaUxsQTg2RUdqdG0xV25FR25iWDlsUGpDUnNCX0lRcUczWmktNnBaNjc4Yzc1RXd2VmtYdVppdmg1",
        "R2dLRkxlTFJTS3BHRWRrdU5Yam52WDUxQlp2TGVBUEVVamY2TWJ0WFBqTU5VbjctWGt4WVBDUGxNUzY2",
        "d0hWbGdaNm53WGo4M3EySkp1SjhZcW8wLWllVURxUXJfWUlpejg2V2NnelEifX0.eyJAY29udGV4dCI6",
        "WyJodHRwczovL3d3dy53My5vcmcvbnMvY3JlZGVudGlhbHMvdjIiLCJodHRwczovL3B1cmwuaW1zZ2xv",
        "YmFsLm9yZy9zcGVjL29iL3YzcDAvY29udGV4dC0zLjAuMy5qc29uIl0sImlkIjoiaHR0cDovL2V4YW1w",
        "bGUuY29tL2NyZWRlbnRpYWxzLzM1MjciLCJ0eXBlIjpbIlZlcmlmaWFibGVDcmVkZW50aWFsIiwiT3Bl",
        "bkJhZGdlQ3JlZGVudGlhbCJdLCJpc3N1ZXIiOnsiaWQiOiJodHRwczovL2V4YW1wbGUuY29tL2lzc3Vl",
        "cnMvODc2NTQzIiwidHlwZSI6WyJQcm9maWxlIl0sIm5hbWUiOiJFeGFtcGxlIENvcnAifSwidmFsaWRG",
        "cm9tIjoiMjAxMC0wMS0wMVQwMDowMDowMFoiLCJuYW1lIjoiVGVhbXdvcmsgQmFkZ2UiLCJjcmVkZW50",
        "aWFsU3ViamVjdCI6eyJpZCI6ImRpZDpleGFtcGxlOmViZmViMWY3MTJlYmM2ZjFjMjc2ZTEyZWMyMSIs",
        "InR5cGUiOlsiQWNoaWV2ZW1lbnRTdWJqZWN0Il0sImFjaGlldmVtZW50Ijp7ImlkIjoiaHR0cHM6Ly9l",
        "eGFtcGxlLmNvbS9hY2hpZXZlbWVudHMvMjFzdC1jZW50dXJ5LXNraWxscy90ZWFtd29yayIsInR5cGUi",
        "OlsiQWNoaWV2ZW1lbnQiXSwiY3JpdGVyaWEiOnsibmFycmF0aXZlIjoiVGVhbSBtZW1iZXJzIGFyZSBu",
        "b21pbmF0ZWQgZm9yIHRoaXMgYmFkZ2UgYnkgdGhlaXIgcGVlcnMgYW5kIHJlY29nbml6ZWQgdXBvbiBy",
        "ZXZpZXcgYnkgRXhhbXBsZSBDb3JwIG1hbmFnZW1lbnQuIn0sImRlc2NyaXB0aW9uIjoiVGhpcyBiYWRn",
        "ZSByZWNvZ25pemVzIHRoZSBkZXZlbG9wbWVudCBvZiB0aGUgY2FwYWNpdHkgdG8gY29sbGFib3JhdGUg",
        "d2l0aGluIGEgZ3JvdXAgZW52aXJvbm1lbnQuIiwibmFtZSI6IlRlYW13b3JrIn19LCJpc3MiOiJodHRw",
        "czovL2V4YW1wbGUuY29tL2lzc3VlcnMvODc2NTQzIiwianRpIjoiaHR0cDovL2V4YW1wbGUuY29tL2Ny",
        "ZWRlbnRpYWxzLzM1MjciLCJzdWIiOiJkaWQ6ZXhhbXBsZTplYmZlYjFmNzEyZWJjNmYxYzI3NmUxMmVj",
        "MjEifQ.cj2W3EM-RUFYdoiQf4GKRoa1_i8eD4ycAySBR5YhOf7D6kSxTfpbbPzilV5QgoVgZE9bKDObL",
        "wi_c9QSK6ftHEN0FGVTwmH9Bo_6pod5e7zydN5pYo9pjzg1y3d6-n2kmpmVUaB7YeIt40tFVz_vBJpL0",
        "lXxI7-MObTovYjX4i2PWIotbNtTrl-bRjK4AceP-tdcvbHHw5yv5tycr7nK-0tOproZme3DG6W-k992j",
        "8vOY2AYWyY9PgflyDhb-b_sEgmkOrlDa2cmlzDW04-hFWzP2u_Rz-Y3wLbBs0nwTW9DrWOr48XfsKOZ2",
        "0V9Z7stnMQiUFp4ZRf-l4v0yt1xGg",
    ]
)
