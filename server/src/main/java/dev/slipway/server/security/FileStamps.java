package dev.slipway.server.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How files looked: when written, how long, which. Follows links, so it sees a change where a whole directory is exchanged behind
 * one, as Kubernetes does.
 *
 * @param stamps by file; empty for one that is not there
 */
record FileStamps(Map<Path, String> stamps) {
    static FileStamps of(List<Path> files) {
        Map<Path, String> stamps = new LinkedHashMap<>();
        files.forEach(file -> stamps.put(file, stamp(file)));
        return new FileStamps(stamps);
    }

    private static String stamp(Path file) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            return found.lastModifiedTime() + " " + found.size() + " " + found.fileKey();
        } catch (IOException e) {
            return "";
        }
    }

    FileStamps now() {
        return of(List.copyOf(stamps.keySet()));
    }
}
