// Zephyr's printk, as printf.
#pragma once

#include <stdio.h>

#define printk printf
