@NullMarked
package io.npuq.worker.embedding;

import org.jspecify.annotations.NullMarked;
