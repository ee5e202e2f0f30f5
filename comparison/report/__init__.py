"""An evaluation for people: Markdown, one page of HTML, and pictures of mistakes."""
