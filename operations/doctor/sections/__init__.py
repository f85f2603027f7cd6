"""What the doctor reads of each section of an environment file; everything else in it is left to the synthesis."""
