"""What other programs and phones write and say, read and written as data: leases, logs, packets, SIP, AGI, AMI."""
