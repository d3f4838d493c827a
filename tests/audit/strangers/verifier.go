// Reads a log as files (C2SP tlog-tiles) with libraries of others, and agrees or says what is wrong.
//
//	verifier FOLDER LOG-VKEY [published]
//
// What is published holds hashes alone: neither the entries nor proofs made of them.
//
// Everything is asked of both libraries: golang.org/x/mod/sumdb, which keeps Go's checksum database, and
// transparency-dev's, which keep Certificate Transparency's logs.
package main

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	formats "github.com/transparency-dev/formats/log"
	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type proofs struct {
	Inclusion []struct {
		Index int64
		Proof [][]byte
	}
	Consistency []struct {
		Old   int64
		Root  []byte
		Proof [][]byte
	}
}

// folder reads tiles for sumdb, whose paths name the height of tiles; those of the standard do not.
type folder string

func (at folder) Height() int                         { return 8 }
func (at folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (at folder) ReadTiles(tiles []tlog.Tile) (found [][]byte, err error) {
	for _, tile := range tiles {
		content, err := os.ReadFile(filepath.Join(string(at), strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		found = append(found, content)
	}
	return found, nil
}

func main() {
	verify := verify
	if len(os.Args) > 3 && os.Args[3] == "published" {
		verify = published
	}
	count, err := verify(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Println("agreed:", count, "entries")
}

func verify(at, logKey string) (int64, error) {
	tree, err := checkpoint(at, logKey)
	if err != nil {
		return 0, err
	}
	leaves, err := entries(at, tree)
	if err != nil {
		return 0, err
	}
	if err := tiles(at, tree, leaves); err != nil {
		return 0, err
	}
	return tree.N, proved(at, tree, leaves)
}

// published is a folder of hashes: both libraries come from the lowest to the root.
func published(at, logKey string) (int64, error) {
	tree, err := checkpoint(at, logKey)
	if err != nil {
		return 0, err
	}
	var leaves []tlog.Hash
	ranges := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	for index := int64(0); index*256 < tree.N; index++ {
		tile := tlog.Tile{H: 8, L: 0, N: index, W: int(min(256, tree.N-index*256))}
		content, err := folder(at).ReadTiles([]tlog.Tile{tile})
		if err != nil {
			return 0, err
		}
		if len(content[0]) != tile.W*tlog.HashSize {
			return 0, fmt.Errorf("the tile of entry %d has %d bytes", index*256, len(content[0]))
		}
		for first := 0; first < len(content[0]); first += tlog.HashSize {
			hash := content[0][first : first+tlog.HashSize]
			leaves = append(leaves, tlog.Hash(hash))
			if err := ranges.Append(hash, nil); err != nil {
				return 0, err
			}
		}
	}
	root, err := ranges.GetRootHash(nil)
	if err != nil {
		return 0, err
	}
	if string(root) != string(tree.Hash[:]) {
		return 0, fmt.Errorf("the tiles are not those of the root")
	}
	return tree.N, tiles(at, tree, leaves)
}

// checkpoint is signed by the log, as both libraries read it; the cosignature under it is of a key they do not know.
func checkpoint(at, logKey string) (tree tlog.Tree, err error) {
	content, err := os.ReadFile(filepath.Join(at, "checkpoint"))
	if err != nil {
		return tree, err
	}
	log, err := note.NewVerifier(logKey)
	if err != nil {
		return tree, err
	}
	found, rest, signed, err := formats.ParseCheckpoint(content, log.Name(), log)
	if err != nil {
		return tree, err
	}
	if len(signed.Sigs) != 1 || len(signed.UnverifiedSigs) != 1 || len(rest) != 0 {
		return tree, fmt.Errorf("%d signatures verified, %d not", len(signed.Sigs), len(signed.UnverifiedSigs))
	}
	tree.N = int64(found.Size)
	copy(tree.Hash[:], found.Hash)
	return tree, nil
}

// entries are those of the root, hashed by both libraries.
func entries(at string, tree tlog.Tree) (leaves []tlog.Hash, err error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (found []tlog.Hash, err error) {
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	ranges := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
	for index := int64(0); index*256 < tree.N; index++ {
		tile := tlog.Tile{H: 8, L: 0, N: index, W: int(min(256, tree.N-index*256))}
		path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		bundle, err := os.ReadFile(filepath.Join(at, path))
		if err != nil {
			return nil, err
		}
		for len(bundle) > 0 {
			size := 2 + int(binary.BigEndian.Uint16(bundle))
			entry := bundle[2:size]
			hashes, err := tlog.StoredHashes(int64(len(leaves)), entry, reader)
			if err != nil {
				return nil, err
			}
			stored = append(stored, hashes...)
			leaves = append(leaves, tlog.RecordHash(entry))
			if err := ranges.Append(rfc6962.DefaultHasher.HashLeaf(entry), nil); err != nil {
				return nil, err
			}
			bundle = bundle[size:]
		}
	}
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil {
		return nil, err
	}
	other, err := ranges.GetRootHash(nil)
	if err != nil {
		return nil, err
	}
	if root != tree.Hash || string(other) != string(tree.Hash[:]) || int64(len(leaves)) != tree.N {
		return nil, fmt.Errorf("the entries are not those of the root")
	}
	return leaves, nil
}

// tiles hold the hashes of the entries, every one of them, and lead up to the root as sumdb reads them.
func tiles(at string, tree tlog.Tree, leaves []tlog.Hash) error {
	reader := tlog.TileHashReader(tree, folder(at))
	for first := int64(0); first < tree.N; first += 256 {
		var indexes []int64
		last := min(first+256, tree.N)
		for index := first; index < last; index++ {
			indexes = append(indexes, tlog.StoredHashIndex(0, index))
		}
		found, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		if !slices.Equal(found, leaves[first:last]) {
			return fmt.Errorf("the tile of entry %d holds another hash", first)
		}
	}
	return nil
}

// proved are the proofs made by the house, checked by both libraries.
func proved(at string, tree tlog.Tree, leaves []tlog.Hash) error {
	content, err := os.ReadFile(filepath.Join(at, "proofs.json"))
	if err != nil {
		return err
	}
	var made proofs
	if err := json.Unmarshal(content, &made); err != nil {
		return err
	}
	if len(made.Inclusion) == 0 || len(made.Consistency) == 0 {
		return fmt.Errorf("no proofs")
	}
	hasher, size, root := rfc6962.DefaultHasher, uint64(tree.N), tree.Hash[:]
	for _, one := range made.Inclusion {
		leaf := leaves[one.Index]
		if err := tlog.CheckRecord(hashes(one.Proof), tree.N, tree.Hash, one.Index, leaf); err != nil {
			return fmt.Errorf("inclusion of %d: %w", one.Index, err)
		}
		if err := proof.VerifyInclusion(hasher, uint64(one.Index), size, leaf[:], one.Proof, root); err != nil {
			return fmt.Errorf("inclusion of %d: %w", one.Index, err)
		}
	}
	for _, one := range made.Consistency {
		if err := tlog.CheckTree(hashes(one.Proof), tree.N, tree.Hash, one.Old, tlog.Hash(one.Root)); err != nil {
			return fmt.Errorf("consistency from %d: %w", one.Old, err)
		}
		if err := proof.VerifyConsistency(hasher, uint64(one.Old), size, one.Proof, one.Root, root); err != nil {
			return fmt.Errorf("consistency from %d: %w", one.Old, err)
		}
	}
	return nil
}

func hashes(proof [][]byte) (found []tlog.Hash) {
	for _, one := range proof {
		found = append(found, tlog.Hash(one))
	}
	return found
}
