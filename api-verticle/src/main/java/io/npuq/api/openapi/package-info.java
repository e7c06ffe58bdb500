/** The document that describes all HTTP, and the pages on which people browse it. */
@NullMarked
package io.npuq.api.openapi;

import org.jspecify.annotations.NullMarked;
