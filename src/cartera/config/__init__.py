"""The roof: settings by topic, addresses, the web entry, subscriptions, the night's order and the `cartera` command."""
