"""What an assembly costs a month, by list prices of a dated file and by stated assumptions."""
