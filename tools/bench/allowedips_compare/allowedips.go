// Copyright 2026 The wgsim Authors. SPDX-License-Identifier: Apache-2.0

// Look-ups in wireguard-go's AllowedIPs, with the prefixes and addresses of protocol/allowedips_bench.cc's
// BM_LookupInside:
//
//	allowedips SHAPE N    prints nanoseconds of processor time per look-up
package main

import (
	"encoding/binary"
	"fmt"
	"math/rand"
	"net/netip"
	"os"
	"strconv"
	"syscall"

	"golang.zx2c4.com/wireguard/device"
)

const addresses = 262144

func v4(x uint32) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], x)
	return netip.AddrFrom4(b)
}

func v6(hi, lo uint64) netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], hi)
	binary.BigEndian.PutUint64(b[8:], lo)
	return netip.AddrFrom16(b)
}

func draw(shape int, i uint32, random *rand.Rand) netip.Prefix {
	x := random.Uint64()
	fd := uint64(0xfd)<<56 | x>>8
	switch shape {
	case 0:
		return netip.PrefixFrom(v4(uint32(x)), 32)
	case 1:
		return netip.PrefixFrom(v4(0x0a000000+i), 32)
	case 2:
		return netip.PrefixFrom(v4(uint32(x)), 12+int(x>>40)%21)
	case 3:
		return netip.PrefixFrom(v6(fd, random.Uint64()), 128)
	}
	return netip.PrefixFrom(v6(fd, 0), 64)
}

// A random address inside the prefix.
func inside(prefix netip.Prefix, random *rand.Rand) []byte {
	bytes := prefix.Addr().AsSlice()
	for bit := prefix.Bits(); bit < len(bytes)*8; bit++ {
		mask := byte(0x80) >> (bit % 8)
		bytes[bit/8] &^= mask
		if random.Uint64()&1 != 0 {
			bytes[bit/8] |= mask
		}
	}
	return bytes
}

func processorNanos() int64 {
	var usage syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func main() {
	shape, _ := strconv.Atoi(os.Args[1])
	n, _ := strconv.Atoi(os.Args[2])
	random := rand.New(rand.NewSource(1))
	var table device.AllowedIPs
	peers := make([]device.Peer, 1000)
	prefixes := make([]netip.Prefix, n)
	for i := range prefixes {
		prefixes[i] = draw(shape, uint32(i), random)
		table.Insert(prefixes[i], &peers[i%1000])
	}
	hosts := make([][]byte, addresses)
	for i := range hosts {
		hosts[i] = inside(prefixes[random.Intn(n)], random)
	}
	found := 0
	for _, host := range hosts { // into the caches
		if table.Lookup(host) != nil {
			found++
		}
	}
	const rounds = 8
	begin := processorNanos()
	for round := 0; round < rounds; round++ {
		for _, host := range hosts {
			if table.Lookup(host) != nil {
				found++
			}
		}
	}
	nanos := processorNanos() - begin
	if found != addresses*(rounds+1) {
		panic("an address inside a prefix was not found")
	}
	fmt.Printf("%.1f\n", float64(nanos)/addresses/rounds)
}
