@org.jspecify.annotations.NullMarked
package io.npuq.schema.shape;
