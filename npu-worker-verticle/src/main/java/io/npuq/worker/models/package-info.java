/** The models on disk, the catalogue of models that can be had, and how they are fetched from a hub. */
@NullMarked
package io.npuq.worker.models;

import org.jspecify.annotations.NullMarked;
