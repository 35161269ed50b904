"""The web console: what people see in a browser, and the one place that decides who may see and do what."""
