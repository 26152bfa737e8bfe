// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the kernel says of itself: kernel/printk/ and kernel/panic.c. A warning is a violation.

#include "kernel.h"

int _printk(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	format = printk_skip_level(format);
	// The reaper says what it did, which is no warning.
	if (strncmp(format, "oom_reaper", 10)) machine_report(format, arguments);
	va_end(arguments);
	return 0;
}

// The kernel's own name of a file, without the folder that it was compiled in.
static const char *name_of(const char *file)
{
	for (const char *place = file; *place; place++)
		if (!strncmp(place, "/mm/", 4) || !strncmp(place, "/kernel/", 8) || !strncmp(place, "/lib/", 5) ||
		    !strncmp(place, "/include/", 9))
			file = place + 1;
	return file;
}

void reports_warn(const char *file, int line, const char *condition)
{
	machine_say("WARNING at %s:%d: %s", name_of(file), line, condition);
}
void reports_bug(const char *file, int line, const char *condition)
{
	machine_end("the kernel stops", condition);
}
void warn_slowpath_fmt(const char *file, int line, unsigned taint, const char *format, ...)
{
	reports_warn(file, line, format ? format : "a condition without words");
}
void __warn_printk(const char *format, ...) { machine_violation(format); }
void panic(const char *format, ...) { machine_end("the kernel panics", format); }
