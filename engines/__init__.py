"""The built-in engines, one file each; every module here that has an `engine` is found."""
