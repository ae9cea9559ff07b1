# Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0
"""Reads a trace in Perfetto's format and checks it against the rules of that format.

The decoder is of protobuf's wire format; numbers and types of fields are those of Perfetto's trace_packet.proto,
track_descriptor.proto, track_event.proto, debug_annotation.proto and interned_data.proto; the rules are those of "Writing
TrackEvent Protos Synthetically" and of the comments in those files. Nothing here knows how wgsim writes.
"""

import struct

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

# Messages: field number -> (name, type). Types: uint, bytes, fixed64, or the name of a message.
SCHEMA = {
    "Trace": {1: ("packet", "TracePacket")},
    "TracePacket": {8: ("timestamp", "uint"), 10: ("trusted_packet_sequence_id", "uint"), 11: ("track_event", "TrackEvent"),
                    12: ("interned_data", "InternedData"), 13: ("sequence_flags", "uint"),
                    60: ("track_descriptor", "TrackDescriptor")},
    "TrackDescriptor": {1: ("uuid", "uint"), 2: ("name", "bytes"), 3: ("process", "ProcessDescriptor"), 5: ("parent_uuid", "uint"),
                        8: ("counter", "CounterDescriptor"), 11: ("child_ordering", "uint"), 12: ("sibling_order_rank", "uint")},
    "ProcessDescriptor": {1: ("pid", "uint"), 6: ("process_name", "bytes")},
    "CounterDescriptor": {3: ("unit", "uint")},
    "TrackEvent": {4: ("debug_annotations", "DebugAnnotation"), 9: ("type", "uint"), 10: ("name_iid", "uint"),
                   11: ("track_uuid", "uint"), 23: ("name", "bytes"), 30: ("counter_value", "uint"), 47: ("flow_ids", "fixed64")},
    "DebugAnnotation": {1: ("name_iid", "uint"), 3: ("uint_value", "uint"), 6: ("string_value", "bytes"), 10: ("name", "bytes"),
                        17: ("string_value_iid", "uint")},
    "InternedData": {2: ("event_names", "InternedText"), 3: ("debug_annotation_names", "InternedText"),
                     29: ("debug_annotation_string_values", "InternedText")},
    "InternedText": {1: ("iid", "uint"), 2: ("text", "bytes")},
}
REPEATED = {"packet", "debug_annotations", "flow_ids", "event_names", "debug_annotation_names",
            "debug_annotation_string_values"}
BEGIN, END, INSTANT, COUNTER = 1, 2, 3, 4
CLEARED, NEEDS_STATE = 1, 2


class Wrong(Exception):
    """The file breaks a rule of the format."""


def need(condition, text):
    if not condition:
        raise Wrong(text)


def read_varint(data, at):
    value = shift = 0
    while True:
        need(at < len(data), "a number is cut off")
        need(shift < 64, "a number has more than 64 bits")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def decode(data, message):
    """The fields of a message by name; those that may be repeated as lists. What the schema does not know is wrong."""
    fields = SCHEMA[message]
    result = {}
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        number, wire = key >> 3, key & 7
        need(number in fields, "%s has no field %d here" % (message, number))
        name, kind = fields[number]
        need(wire == {"uint": VARINT, "fixed64": FIXED64}.get(kind, BYTES), "%s.%s has wire type %d" % (message, name, wire))
        if wire == VARINT:
            value, at = read_varint(data, at)
        elif wire == FIXED64:
            need(at + 8 <= len(data), "a number is cut off")
            value = struct.unpack_from("<Q", data, at)[0]
            at += 8
        else:
            size, at = read_varint(data, at)
            need(at + size <= len(data), "%s.%s is cut off" % (message, name))
            value = data[at:at + size]
            at += size
            value = value.decode("utf-8") if kind == "bytes" else decode(value, kind)
        if name in REPEATED:
            result.setdefault(name, []).append(value)
        else:
            need(name not in result, "%s.%s is there twice" % (message, name))
            result[name] = value
    return result


class Track:
    """A track: slices as (begin, end, name, depth, flows, notes), instants as (time, name, flows), values as (time, value)."""

    def __init__(self, descriptor, parent):
        self.name = descriptor["name"]
        self.parent = parent
        self.rank = descriptor.get("sibling_order_rank", 0)
        self.is_counter = "counter" in descriptor
        self.is_process = "process" in descriptor
        self.path = self.name if parent is None else parent.path + "/" + self.name
        self.slices, self.instants, self.values = [], [], []
        self.open = []
        self.last = None


class Trace:
    """A trace that keeps all rules."""

    def __init__(self, data):
        self.tracks = {}   # by uuid
        self.by_path = {}
        self.events = 0
        self._sequence = None
        self._texts = {}   # (kind, iid) -> text
        for packet in decode(data, "Trace").get("packet", []):
            self._packet(packet)
        for track in self.tracks.values():
            need(not track.open, "%s: a slice has no end" % track.path)
            track.slices.sort(key=lambda s: (s[0], s[3]))
        self._flows()

    def _packet(self, packet):
        sequence = packet.get("trusted_packet_sequence_id", 0)
        need(sequence != 0, "a packet without a sequence")
        need(("track_event" in packet) != ("track_descriptor" in packet), "a packet is either an event or a descriptor")
        if "track_descriptor" in packet:
            self._descriptor(packet["track_descriptor"])
            return
        flags = packet.get("sequence_flags", 0)
        need("timestamp" in packet, "an event without a time")
        need(flags & NEEDS_STATE, "an event that says it needs no names of before")
        need(bool(flags & CLEARED) == (self._sequence is None), "the first event of the sequence, and no other, clears the names")
        need(self._sequence in (None, sequence), "a second sequence")
        self._sequence = sequence
        for kind, texts in packet.get("interned_data", {}).items():
            for text in texts:
                need(text.get("iid", 0) != 0 and text.get("text"), "a text without number, or a number without text")
                need((kind, text["iid"]) not in self._texts, "number %d is given twice" % text["iid"])
                self._texts[kind, text["iid"]] = text["text"]
        self._event(packet["timestamp"], packet["track_event"])

    def _descriptor(self, descriptor):
        uuid = descriptor.get("uuid", 0)
        need(uuid != 0 and uuid not in self.tracks, "uuid %d is 0 or not new" % uuid)
        need(descriptor.get("name"), "a track without a name")
        parent = None
        if "parent_uuid" in descriptor:
            need(descriptor["parent_uuid"] in self.tracks, "%s: unknown parent" % descriptor["name"])
            parent = self.tracks[descriptor["parent_uuid"]]
            need(not parent.is_counter, "%s: a counter has no children" % parent.path)
        need((parent is None) == ("process" in descriptor), "%s: processes are the roots" % descriptor["name"])
        if parent is None:
            process = descriptor["process"]
            need(process.get("pid", 0) > 0 and process.get("process_name"), "a process needs a number and a name")
            need(all(t.pid != process["pid"] for t in self.tracks.values() if t.is_process), "two processes of one number")
        need(not ("counter" in descriptor and "process" in descriptor), "a counter that is a process")
        track = Track(descriptor, parent)
        track.pid = descriptor["process"]["pid"] if parent is None else parent.pid
        need(track.path not in self.by_path, "%s: twice" % track.path)
        self.tracks[uuid] = self.by_path[track.path] = track

    def _text(self, message, name, kind, required):
        number = message.get(name + "_iid")
        need(not (number is not None and name in message), "a text and the number of one")
        if number is not None:
            need((kind, number) in self._texts, "number %d stands for nothing" % number)
            return self._texts[kind, number]
        need(not required or message.get(name), "an event or a note without a name")
        return message.get(name)

    def _notes(self, event):
        notes = {}
        for note in event.get("debug_annotations", []):
            name = self._text(note, "name", "debug_annotation_names", True)
            text = self._text(note, "string_value", "debug_annotation_string_values", False)
            need((text is None) == ("uint_value" in note), "%s: a note is a text or a number" % name)
            notes[name] = note["uint_value"] if text is None else text
        return notes

    def _event(self, time, event):
        self.events += 1
        need(event.get("track_uuid") in self.tracks, "an event on a track that was not described before")
        track = self.tracks[event["track_uuid"]]
        kind = event.get("type", 0)
        need(time < 2**63, "a time beyond 63 bits")
        need(track.last is None or time >= track.last, "%s: time goes back from %s to %d" % (track.path, track.last, time))
        track.last = time
        need((kind == COUNTER) == track.is_counter, "%s: counters count, others do not" % track.path)
        need(("counter_value" in event) == track.is_counter, "%s: a counter's event has a value, others none" % track.path)
        flows = event.get("flow_ids", [])
        need(0 not in flows and len(set(flows)) == len(flows), "%s: a flow is 0 or there twice" % track.path)
        if kind == COUNTER:
            need(event["counter_value"] < 2**63, "%s: a negative depth" % track.path)
            track.values.append((time, event["counter_value"]))
        elif kind == BEGIN:
            name = self._text(event, "name", "event_names", True)
            track.open.append((time, name, flows, self._notes(event)))
        elif kind == END:
            need(track.open, "%s: an end without a begin" % track.path)
            need(set(event) <= {"type", "track_uuid"}, "%s: an end says more than that" % track.path)
            begin, name, begin_flows, notes = track.open.pop()
            track.slices.append((begin, time, name, len(track.open), begin_flows, notes))
        else:
            need(kind == INSTANT, "%s: type %d" % (track.path, kind))
            track.instants.append((time, self._text(event, "name", "event_names", True), flows))

    def _flows(self):
        """By number, the slices and instants that it connects, in order of time: (time, track, name)."""
        self.flows = {}
        for track in self.tracks.values():
            for begin, _, name, _, flows, _ in track.slices:
                for flow in flows:
                    self.flows.setdefault(flow, []).append((begin, track, name))
            for time, name, flows in track.instants:
                for flow in flows:
                    self.flows.setdefault(flow, []).append((time, track, name))
        for stages in self.flows.values():
            stages.sort(key=lambda stage: stage[0])

    def under(self, path):
        """The tracks below this one."""
        return [track for name, track in self.by_path.items() if name.startswith(path + "/")]
