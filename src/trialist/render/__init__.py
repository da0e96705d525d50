"""Words and pictures: results as terminal text, Markdown, figures and one page."""
