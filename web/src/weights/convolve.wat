;; The sums of a convolution: eight outputs at four places side by side at a time, four numbers to an instruction.
;; All numbers are float32; lengths and steps are in bytes, but for counts of outputs, rows and places.
(module
  (memory (export "memory") 1)
  (func (export "convolve")
    (param $in i32)       ;; the picture with its border, channels last
    (param $weights i32)  ;; blocks of eight outputs: for each number of the window eight weights
    (param $bias i32)     ;; one number for each output
    (param $out i32)      ;; where the sums go, channels last
    (param $outs i32)     ;; outputs, a multiple of eight
    (param $high i32)     ;; places below one another
    (param $wide i32)     ;; places side by side, a multiple of four
    (param $rows i32)     ;; of the window
    (param $row i32)      ;; length of a row of the window
    (param $line i32)     ;; length of a row of the picture
    (param $step i32)     ;; from a place to the next
    (param $down i32)     ;; from a row of places to the next
    (local $block i32) (local $y i32) (local $x i32) (local $dy i32) (local $start i32) (local $from i32) (local $end i32)
    (local $at i32) (local $to i32) (local $size i32) (local $next i32) (local $third i32)
    (local $left v128) (local $right v128) (local $value v128)
    (local $a0 v128) (local $a1 v128) (local $b0 v128) (local $b1 v128)
    (local $c0 v128) (local $c1 v128) (local $d0 v128) (local $d1 v128)
    (local.set $size (i32.mul (local.get $outs) (i32.const 4)))
    (local.set $third (i32.mul (local.get $step) (i32.const 3)))
    (loop $blocks
      (local.set $y (i32.const 0))
      (loop $lines
        (local.set $x (i32.const 0))
        (loop $places
          (local.set $at (local.get $weights))
          (local.set $a0 (v128.load (local.get $bias)))
          (local.set $a1 (v128.load offset=16 (local.get $bias)))
          (local.set $b0 (local.get $a0)) (local.set $c0 (local.get $a0)) (local.set $d0 (local.get $a0))
          (local.set $b1 (local.get $a1)) (local.set $c1 (local.get $a1)) (local.set $d1 (local.get $a1))
          (local.set $start (i32.add (local.get $in)
            (i32.add (i32.mul (local.get $y) (local.get $down)) (i32.mul (local.get $x) (local.get $step)))))
          (local.set $dy (i32.const 0))
          (loop $window
            (local.set $from (local.get $start))
            (local.set $end (i32.add (local.get $start) (local.get $row)))
            (loop $numbers
              (local.set $left (v128.load (local.get $at)))
              (local.set $right (v128.load offset=16 (local.get $at)))
              (local.set $next (i32.add (local.get $from) (local.get $step)))
              (local.set $value (v128.load32_splat (local.get $from)))
              (local.set $a0 (f32x4.add (local.get $a0) (f32x4.mul (local.get $value) (local.get $left))))
              (local.set $a1 (f32x4.add (local.get $a1) (f32x4.mul (local.get $value) (local.get $right))))
              (local.set $value (v128.load32_splat (local.get $next)))
              (local.set $b0 (f32x4.add (local.get $b0) (f32x4.mul (local.get $value) (local.get $left))))
              (local.set $b1 (f32x4.add (local.get $b1) (f32x4.mul (local.get $value) (local.get $right))))
              (local.set $value (v128.load32_splat (i32.add (local.get $next) (local.get $step))))
              (local.set $c0 (f32x4.add (local.get $c0) (f32x4.mul (local.get $value) (local.get $left))))
              (local.set $c1 (f32x4.add (local.get $c1) (f32x4.mul (local.get $value) (local.get $right))))
              (local.set $value (v128.load32_splat (i32.add (local.get $from) (local.get $third))))
              (local.set $d0 (f32x4.add (local.get $d0) (f32x4.mul (local.get $value) (local.get $left))))
              (local.set $d1 (f32x4.add (local.get $d1) (f32x4.mul (local.get $value) (local.get $right))))
              (local.set $at (i32.add (local.get $at) (i32.const 32)))
              (br_if $numbers (i32.lt_u (local.tee $from (i32.add (local.get $from) (i32.const 4))) (local.get $end))))
            (local.set $start (i32.add (local.get $start) (local.get $line)))
            (br_if $window (i32.lt_u (local.tee $dy (i32.add (local.get $dy) (i32.const 1))) (local.get $rows))))
          (local.set $to (i32.add (i32.add (local.get $out) (i32.mul (local.get $block) (i32.const 4)))
            (i32.mul (i32.add (i32.mul (local.get $y) (local.get $wide)) (local.get $x)) (local.get $size))))
          (v128.store (local.get $to) (local.get $a0))
          (v128.store offset=16 (local.get $to) (local.get $a1))
          (local.set $to (i32.add (local.get $to) (local.get $size)))
          (v128.store (local.get $to) (local.get $b0))
          (v128.store offset=16 (local.get $to) (local.get $b1))
          (local.set $to (i32.add (local.get $to) (local.get $size)))
          (v128.store (local.get $to) (local.get $c0))
          (v128.store offset=16 (local.get $to) (local.get $c1))
          (local.set $to (i32.add (local.get $to) (local.get $size)))
          (v128.store (local.get $to) (local.get $d0))
          (v128.store offset=16 (local.get $to) (local.get $d1))
          (br_if $places (i32.lt_u (local.tee $x (i32.add (local.get $x) (i32.const 4))) (local.get $wide))))
        (br_if $lines (i32.lt_u (local.tee $y (i32.add (local.get $y) (i32.const 1))) (local.get $high))))
      (local.set $weights (local.get $at))
      (local.set $bias (i32.add (local.get $bias) (i32.const 32)))
      (br_if $blocks (i32.lt_u (local.tee $block (i32.add (local.get $block) (i32.const 8))) (local.get $outs))))))
