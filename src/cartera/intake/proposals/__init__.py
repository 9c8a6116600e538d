"""What files that nobody has described seem to be: values to show, to correct and to write as a recipe. Reads no file."""
