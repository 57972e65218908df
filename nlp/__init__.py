"""Reading: from a patient's words, English or Chinese, to statements with their spans."""
