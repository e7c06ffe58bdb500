/** The set-up, against real Python, pip and child processes; and small packages of the tests' own, but for the one real set-up. */
package io.npuq.worker.setup;
