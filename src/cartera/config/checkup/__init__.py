"""Looking whether an installation is whole: `areas` lists what is looked at, each area says what it saw and what to do."""
