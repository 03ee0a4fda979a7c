"""What every open page of a meeting is sent, and kept ready for whoever opens one."""
