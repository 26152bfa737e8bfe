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

static void warn(const char *file, int line)
{
	// The kernel's own name of the file, without the folder that it was compiled in.
	for (const char *place = file; *place; place++)
		if (!strncmp(place, "/mm/", 4) || !strncmp(place, "/kernel/", 8) || !strncmp(place, "/lib/", 5) ||
		    !strncmp(place, "/include/", 9))
			file = place + 1;
	machine_say("WARNING at %s:%d", file, line);
}

void warn_slowpath_fmt(const char *file, int line, unsigned taint, const char *format, ...) { warn(file, line); }
void __warn_printk(const char *format, ...) { machine_violation(format); }
void panic(const char *format, ...) { machine_end("the kernel panics", format); }
