/** npuq as a user starts it: real processes, real files, real HTTP. */
package io.npuq.launcher.it;
