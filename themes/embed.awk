# Makes a source file of themes: awk -f themes/embed.awk FILE.theme...
# See struct theme_embedded in tui/theme_internal.h. The order of the files is kept.

BEGIN {
	print "/* Made by themes/embed.awk of the files in themes/. */"
	print "#include \"tui/theme_internal.h\"\n"
	print "#include <stddef.h>\n"
	print "const struct theme_embedded theme_embedded[] = {"
}

FNR == 1 {
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.theme$/, "", name)
	if (NR > 1)
		print "    },"
	printf "    {\"%s\",\n", name
}

{
	gsub(/\\/, "&&")
	gsub(/"/, "\\\"")
	printf "     \"%s\\n\"\n", $0
}

END {
	if (NR > 0)
		print "    },"
	print "    {NULL, NULL},\n};"
}
