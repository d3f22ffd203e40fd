package io.redline.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of a bundle, as they were read once.
 *
 * @param routes the content of each file of routes
 * @param kamelets the content of each kamelet of an operator's own
 * @param properties the content of each file of settings
 * @param findings what was seen while reading: files that nobody would load
 */
public record BundleFiles(Map<String, String> routes, Map<String, String> kamelets, Map<String, String> properties,
        List<Finding> findings) {

    /** Where the service looks for routes, below its folder; the same as in redline.routes.folders. */
    public static final List<String> FOLDERS = List.of("", "gateways", "endpoints");
    /** How the name of a file of routes ends. */
    public static final String ENDING = ".camel.yaml";
    private static final String KAMELETS = "kamelets";

    /** Files without any kamelet. */
    public BundleFiles(Map<String, String> routes, Map<String, String> properties, List<Finding> findings) {
        this(routes, Map.of(), properties, findings);
    }

    /**
     * Read a folder of routes, and the property files that hold for the folder we are started in.
     *
     * @throws UncheckedIOException if something cannot be read
     */
    public static BundleFiles read(Path folder) {
        Map<String, String> routes = new TreeMap<>();
        Map<String, String> properties = new TreeMap<>();
        var findings = new ArrayList<Finding>();
        for (var below : FOLDERS) {
            var within = folder.resolve(below);
            if (Files.isSymbolicLink(within)) {
                findings.add(new Finding(within.toString(), 0, 0,
                        "This folder is a symbolic link, which Camel does not follow: set redline.routes to where it leads."));
            }
            for (var file : list(within)) {
                var name = file.getFileName().toString();
                if (name.endsWith(ENDING)) {
                    put(file, routes, findings);
                } else if (name.endsWith(".yaml") || name.endsWith(".yml")) {
                    findings.add(new Finding(file.toString(), 0, 0,
                            "Nobody loads this file: its name has to end in " + ENDING + "."));
                }
            }
        }
        Map<String, String> kamelets = new TreeMap<>();
        for (var file : list(folder.resolve(KAMELETS))) {
            if (file.getFileName().toString().endsWith(KameletRule.ENDING)) {
                put(file, kamelets, findings);
            }
        }
        for (var file : List.of(Path.of("application.properties"), Path.of("config", "application.properties"))) {
            if (Files.isRegularFile(file)) {
                put(file, properties, findings);
            }
        }
        if (routes.isEmpty()) {
            findings.add(new Finding(folder.toString(), 0, 0, "There are no routes here: name the folder that has"
                    + " channels" + ENDING + ", or start in the folder that has routes/."));
        }
        return new BundleFiles(routes, kamelets, properties, findings);
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void put(Path file, Map<String, String> texts, List<Finding> findings) {
        try {
            texts.put(file.toString(), Files.readString(file));
        } catch (MalformedInputException e) {
            findings.add(new Finding(file.toString(), 0, 0, "This file is not UTF-8: save it as UTF-8."));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
