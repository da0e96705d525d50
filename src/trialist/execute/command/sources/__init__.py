"""Where else a script may say its metrics: files of other tools, one file per tool."""
