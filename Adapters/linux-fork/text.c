// SPDX-License-Identifier: GPL-2.0-or-later
//
// Text and memory by the names that the compiler uses, and what the kernel and the machine say. Compiled as machine.c.

#include "machine.h"

#pragma GCC visibility push(hidden)
void *memcpy(void *to, const void *from, size_t count)
{
	void *start = to;
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
	return start;
}
void *memset(void *to, int byte, size_t count)
{
	void *start = to;
	__asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(byte) : "memory");
	return start;
}
void *memmove(void *to, const void *from, size_t count)
{
	if ((uintptr_t)to - (uintptr_t)from >= count) return memcpy(to, from, count);
	for (size_t place = count; place-- > 0;) ((char *)to)[place] = ((const char *)from)[place];
	return to;
}
int memcmp(const void *first, const void *second, size_t count)
{
	const unsigned char *one = first, *other = second;
	for (; count > 0; count--, one++, other++)
		if (*one != *other) return *one - *other;
	return 0;
}
size_t strlen(const char *text)
{
	size_t length = 0;
	while (text[length]) length++;
	return length;
}
int strncmp(const char *first, const char *second, size_t count)
{
	for (; count > 0; count--, first++, second++)
		if (*first != *second || !*first) return (unsigned char)*first - (unsigned char)*second;
	return 0;
}
int strcmp(const char *first, const char *second) { return strncmp(first, second, SIZE_MAX); }
#pragma GCC visibility pop

// MARK: What is said

struct text {
	char bytes[400];
	size_t length;
};

static void append(struct text *text, char byte)
{
	if (text->length + 1 < sizeof(text->bytes) && byte != '\n') text->bytes[text->length++] = byte;
	text->bytes[text->length] = 0;
}

static void append_all(struct text *text, const char *bytes)
{
	while (bytes && *bytes) append(text, *bytes++);
}

static void append_number(struct text *text, uint64_t number, unsigned base)
{
	char digits[24];
	int count = 0;
	do {
		digits[count++] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	while (count) append(text, digits[--count]);
}

static bool is_one_of(char byte, const char *bytes)
{
	while (*bytes && *bytes != byte) bytes++;
	return byte && *bytes;
}

static struct text make_text(const char *format, __builtin_va_list arguments)
{
	struct text text = { .length = 0 };
	text.bytes[0] = 0;
	for (; *format; format++) {
		if (*format != '%') {
			append(&text, *format);
			continue;
		}
		int longs = 0;
		do {
			format++;
			if (*format == 'l' || *format == 'z') longs++;
		} while (*format && is_one_of(*format, "0123456789.-+ #lhz"));
		switch (*format) {
		case 'd':
		case 'i': {
			int64_t number = longs ? __builtin_va_arg(arguments, long) : __builtin_va_arg(arguments, int);
			if (number < 0) append(&text, '-');
			append_number(&text, number < 0 ? -(uint64_t)number : (uint64_t)number, 10);
			break;
		}
		case 'u':
		case 'x':
		case 'X': {
			uint64_t number =
				longs ? __builtin_va_arg(arguments, unsigned long) : __builtin_va_arg(arguments, unsigned);
			append_number(&text, number, *format == 'u' ? 10 : 16);
			break;
		}
		case 's': append_all(&text, __builtin_va_arg(arguments, const char *)); break;
		case 'c': append(&text, (char)__builtin_va_arg(arguments, int)); break;
		case 'p':
			(void)__builtin_va_arg(arguments, void *);
			append_all(&text, "(pointer)");
			// The letters that say how the kernel shows what it points to.
			while (format[1] && is_one_of(format[1], "ABCDEFGHIMNSTUVadefghimnrstuvx")) format++;
			break;
		case 0: format--; break;
		default: append(&text, *format);
		}
	}
	return text;
}

void machine_report(const char *format, __builtin_va_list arguments)
{
	struct text text = make_text(format, arguments);
	machine_violation(text.bytes);
}

// For the kernel's own texts.
__attribute__((visibility("hidden"))) int snprintf(char *to, size_t size, const char *format, ...)
{
	__builtin_va_list arguments;
	__builtin_va_start(arguments, format);
	struct text text = make_text(format, arguments);
	__builtin_va_end(arguments);
	size_t count = size && text.length >= size ? size - 1 : text.length;
	if (size) {
		memcpy(to, text.bytes, count);
		to[count] = 0;
	}
	return (int)text.length;
}

void machine_say(const char *format, ...)
{
	__builtin_va_list arguments;
	__builtin_va_start(arguments, format);
	machine_report(format, arguments);
	__builtin_va_end(arguments);
}
