"""How things are said to people, wherever they are said: numbers, colours, legends. Knows no audit, no page, no paper."""
