"""What every environment has before anything runs in it: keys, logs, alarms, a permissions boundary, money, backups."""
