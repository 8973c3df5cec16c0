package dev.slipway.server.directory;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Waits for changes in folders, for a while at most: not every file system tells of changes, so whoever waits looks again when
 * the time is over. For one thread, {@link #close} excepted.
 */
final class FolderWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FolderWatch.class.getName());

    private final Optional<WatchService> service;
    private final Map<Path, WatchKey> keys = new HashMap<>();

    FolderWatch() {
        this.service = open();
    }

    private static Optional<WatchService> open() {
        try {
            return Optional.of(FileSystems.getDefault().newWatchService());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "changes of models are seen by looking only: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Watches these folders and no others. */
    void follow(List<Path> folders) {
        keys.entrySet().removeIf(known -> {
            boolean gone =
                    !folders.contains(known.getKey()) || !known.getValue().isValid();
            if (gone) {
                known.getValue().cancel();
            }
            return gone;
        });
        for (Path folder : folders) {
            if (!keys.containsKey(folder)) {
                watch(folder);
            }
        }
    }

    private void watch(Path folder) {
        if (service.isEmpty()) {
            return;
        }
        try {
            keys.put(
                    folder,
                    folder.register(
                            service.get(),
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_DELETE,
                            StandardWatchEventKinds.ENTRY_MODIFY));
        } catch (IOException | ClosedWatchServiceException e) {
            // It has gone, or there are too many: what happens in it is seen when the time is over.
            LOG.log(Level.DEBUG, "not watched: " + folder, e);
        }
    }

    /** Waits until something has changed or the time is over. */
    void await(Duration longest) throws InterruptedException {
        if (service.isEmpty()) {
            Thread.sleep(longest.toMillis());
            return;
        }
        try {
            WatchKey key = service.get().poll(longest.toMillis(), TimeUnit.MILLISECONDS);
            while (key != null) {
                key.pollEvents();
                key.reset();
                key = service.get().poll();
            }
        } catch (ClosedWatchServiceException e) {
            // Nobody waits any more.
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            if (service.isPresent()) {
                service.get().close();
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "watch not closed", e);
        }
    }
}
