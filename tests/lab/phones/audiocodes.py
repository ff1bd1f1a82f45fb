"""An AudioCodes 440HD, which sends no option 60: its own file alone."""

from __future__ import annotations

from tests.lab.phones.maker import Asking, Maker


class AudioCodes(Maker):
    name = vendor = "audiocodes"
    model = "440HD"
    prefix = "00908f"
    options = (160, 66)

    def agent(self, mac: str) -> str:
        return f"AUDC-IPPhone/2.2.16.142 (440HD-Rev0; {mac.upper()})"

    def asks(self, mac: str, given: str) -> Asking:
        yield f"{mac}.cfg"
