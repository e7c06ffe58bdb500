/** Files that clients send, and batches of requests that are made of their lines: OpenAI's, durable, over the one queue. */
@NullMarked
package io.npuq.api.batch;

import org.jspecify.annotations.NullMarked;
