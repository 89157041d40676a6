//go:build !(amd64 || arm64 || riscv64 || loong64)

package shm

// Records are little-endian and naturally aligned 64-bit words.
var _ = unsupported_architecture_a_64_bit_little_endian_system_is_needed
