/**
 * A directory of models: what is in it becomes what is served, while the server runs. Knows files, names and versions; what is
 * in a file of a model only its {@link dev.slipway.server.directory.ModelLoader} knows. Start reading at {@link
 * dev.slipway.server.directory.ModelDirectory}; what may lie where is told by {@link dev.slipway.server.directory.Layout}.
 */
@NullMarked
package dev.slipway.server.directory;

import org.jspecify.annotations.NullMarked;
