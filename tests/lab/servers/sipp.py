"""sipp where the phones are, as a phone that takes any NOTIFY: a second opinion on the form of what the PBX sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.netlab import Lab
from tests.lab.servers.process import program, running

SCENARIO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="takes a NOTIFY">
  <recv request="NOTIFY">
    <action>
      <ereg regexp=".*" search_in="hdr" header="Event:" check_it="true" assign_to="event"/>
      <log message="[$event]"/>
    </action>
  </recv>
  <send><![CDATA[
    SIP/2.0 200 OK
    [last_Via:]
    [last_From:]
    [last_To:];tag=[pid]SIPpTag01[call_number]
    [last_Call-ID:]
    [last_CSeq:]
    Contact: <sip:[local_ip]:[local_port];transport=[transport]>
    Content-Length: 0

  ]]></send>
</scenario>
"""
"""A phone that takes any NOTIFY and logs its event."""


@contextmanager
def sipp(lab: Lab, folder: Path, address: str) -> Iterator[Path]:
    """Run it on port 5060 of a phone's address; the file where it writes each event, a line for each."""
    folder.mkdir()
    scenario, log = folder / "takes-notify.xml", folder / "events"
    scenario.write_text(SCENARIO)
    words = ["-sf", str(scenario), "-i", address, "-p", "5060", "-nostdin", "-trace_logs", "-log_file", str(log)]
    with running(lab.among_phones(program("sipp"), *words), folder, "udp", 5060):
        yield log
