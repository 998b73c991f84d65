/** A session on disk: folder, lock, node files, page maps, device states, console transcripts. */
@NullMarked
package dev.marey.snapshot.session;

import org.jspecify.annotations.NullMarked;
