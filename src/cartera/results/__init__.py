"""What it brought: kept rate, promises and minutes, each with one written definition."""
