"""What people see: the command `lifeguard`, and later the pages."""
