#!/usr/bin/env bash
# Everything that needs a GPU, for a machine that has one but no Go:
#
#	gpu.sh pack DIR   builds the programs and packs Keras' cases into DIR (here, 32 MB)
#	gpu.sh run DIR    runs them there, within six minutes, and writes logs to $OUT
#
# There the plugin is found as backend/xla finds it, beside the python3 on PATH; the benchmark
# needs JAX in that Python. TAGS= DEVICE=xla:cpu tries the script without a GPU.
set -uo pipefail
tags=${TAGS-gpu} device=${DEVICE-xla:cuda} budget=${BUDGET-350}
shared="$device?preallocate=false" # the programs share the GPU
[ "$device" = xla:cpu ] && shared="$device?"

pack() {
	set -e
	mkdir -p "$1"
	cd "$(dirname "$0")/../../.."
	export CGO_ENABLED=0
	go test -c -tags "$tags" -ldflags "-s -w" -o "$1/xla.test" ./backend/xla
	go test -c -tags "$tags" -ldflags "-s -w" -o "$1/move.test" ./internal/devicetest
	for tool in golden bench; do go build -ldflags "-s -w" -o "$1/$tool" "./internal/tools/$tool"; done
	go build -ldflags "-s -w" -o "$1/rhyton" ./cmd/rhyton
	cp backend/xla/testdata/gpu.sh "$1"
	gzip -f "$1"/{xla.test,move.test,golden,bench,rhyton}
	tar -C ../shared/golden -czf "$1/cases.tgz" .
	du -sh "$1"
}

# left N is how long a part may run: N seconds, or what is left if that is less.
left() {
	local rest=$((budget - SECONDS))
	echo $((rest < 1 ? 1 : rest < $1 ? rest : $1))
}

# libdevice makes a CUDA_HOME of what Triton brings where there is neither a toolkit nor NVIDIA's wheel.
libdevice() {
	local site bc
	[ -e /usr/local/cuda/nvvm/libdevice ] && return
	site=$(python3 -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
	compgen -G "$site/nvidia/*/nvvm/libdevice" >/dev/null && return
	bc=$(find "$site" /usr/local /opt -name libdevice.10.bc 2>/dev/null | head -1)
	[ -n "$bc" ] || { echo "no libdevice.10.bc"; return; }
	mkdir -p "$work/cuda/nvvm/libdevice" "$work/cuda/bin"
	cp "$bc" "$work/cuda/nvvm/libdevice"
	find "$site" -name ptxas -exec cp {} "$work/cuda/bin" ';' -quit
	export CUDA_HOME=$work/cuda
	echo "libdevice of $bc"
}

# Whole trainings, moves between devices, 10^4 steps with flat memory, and the rest but the long ones.
tests() {
	timeout "$(left 90)" ./rhyton devices "$device"
	timeout "$(left 90)" ./xla.test -test.v -test.skip 'Conformance|RandomGraphs|Type$'
	timeout "$(left 60)" ./move.test -test.v
}

# Rhyton and JAX in turns: both with products on tensor cores, then both with exact ones.
benchmark() {
	local all=(-peers python3 -only rhyton,jax-step -rounds 5)
	timeout "$(left 90)" ./bench -device "$shared&tf32=true" "${all[@]}" -json "$OUT/bench_tf32.json" W3 W4 W7
	export JAX_DEFAULT_MATMUL_PRECISION=highest
	timeout "$(left 90)" ./bench -device "$shared" "${all[@]}" -json "$OUT/bench_exact.json" W3 W4 W7
	timeout "$(left 30)" ./xla.test -test.run - -test.bench . -test.benchtime 2s
}

# The suite and Keras' cases in parts side by side. Kernels are not tuned: each runs once.
suites() {
	[ "$device" = xla:cpu ] || export XLA_FLAGS="--xla_gpu_autotune_level=0 --xla_gpu_enable_triton_gemm=false"
	local limit part n=0
	limit=$(left 300)
	for part in 'Conformance/elementwise/^'{'[a-c]','[d-l]','[m-r]','[s-z]'} 'Conformance/reduce' 'Conformance/index' \
		'Conformance/'{'window','composite','[rs]','[bgv]'} 'RandomGraphs|Type$'; do
		timeout "$limit" ./xla.test -test.v -test.run "Test.*$part" >"suite.$n" 2>&1 &
		n=$((n + 1)) # not in the redirection, which the background job does by itself
	done
	for part in 1 3 5 7 9; do # half of the cases
		timeout "$limit" ./golden -dir cases -device "$shared" -part "$part/10" -v >"cases.$part.log" 2>&1 &
	done
	wait
	cat suite.* >"$OUT/suite.log"
	cat cases.*.log >"$OUT/golden.log"
	echo "$(cat suite.* | grep -c '^PASS') of $n parts of the suite pass"
	grep -hE '^(---|ok|FAIL|panic)|^ +--- FAIL' suite.* 
	grep -hE '^(FAIL|[a-z]+: )' cases.*.log
	echo "$(cat cases.*.log | grep -c '^ok') of Keras' cases agree"
}

run() {
	: "${OUT:?is where the logs go}"
	work=$(mktemp -d)
	cp "$1"/* "$work"
	cd "$work" || exit 1
	gunzip ./*.gz && mkdir cases && tar -C cases -xzf cases.tgz && chmod +x xla.test move.test golden bench rhyton || exit 1
	export LD_LIBRARY_PATH=${LD_LIBRARY_PATH-}:/usr/local/nvidia/lib64:/usr/local/nvidia/lib
	nvidia-smi
	libdevice
	tests 2>&1 | tee "$OUT/tests.log" | grep -E '^(---|DEVICE|xla|ok|FAIL|PASS|panic)|^ +--- FAIL|_test.go'
	echo "tests took $SECONDS s"
	(benchmark) 2>&1 | tee "$OUT/bench.log"
	echo "benchmark ended at $SECONDS s"
	(suites) 2>&1 | tee "$OUT/suites_summary.log"
	echo "suites ended at $SECONDS s"
}

"${1:?pack or run}" "$(realpath "${2:?a folder}")"
