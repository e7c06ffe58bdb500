/** What the API asks of the models on disk and on the hub. */
@NullMarked
package io.npuq.api.models;

import org.jspecify.annotations.NullMarked;
