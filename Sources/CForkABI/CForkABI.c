// The interface is in the header alone; a Swift package wants one file to compile.
#include "CForkABI.h"
