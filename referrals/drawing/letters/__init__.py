"""Letters of word processors (DOCX, RTF), read into paragraphs that can be drawn."""
