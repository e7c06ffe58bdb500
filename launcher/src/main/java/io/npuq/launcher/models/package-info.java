/** Models of the catalogue, fetched at their first use, and how that is shown. */
@NullMarked
package io.npuq.launcher.models;

import org.jspecify.annotations.NullMarked;
