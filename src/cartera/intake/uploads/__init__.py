"""Files that somebody brings by screen or API: received, recognised, tried dry, loaded, mended. `jobs` is for workers alone."""
