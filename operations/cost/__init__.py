"""What a synthesized environment costs a month, and the prices that this rests on."""
