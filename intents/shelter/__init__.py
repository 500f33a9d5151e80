"""Where does one flee to, for this kind of disaster? Answered from the list of 指定緊急避難場所."""
