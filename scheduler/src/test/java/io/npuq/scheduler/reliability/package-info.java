/**
 * Shows that the queue keeps its promise on disks that lose power, fail, run full or lie: the real queue, over files of the tests' own.
 * What each check found is in docs/reliability.md.
 */
@NullMarked
package io.npuq.scheduler.reliability;

import org.jspecify.annotations.NullMarked;
