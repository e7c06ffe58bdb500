@org.jspecify.annotations.NullMarked
package io.npuq.launcher.docs;
