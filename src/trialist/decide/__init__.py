"""Evidence becomes a verdict, and a verdict becomes a sentence. Reads nothing, writes nothing."""
