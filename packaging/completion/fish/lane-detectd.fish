# Completion of lane-detectd for fish. Written by docs/gen from the command's own flags: make docs writes it anew.

complete -c lane-detectd -f
complete -c lane-detectd -l check-config -d 'check the configuration and exit'
complete -c lane-detectd -l config -r -F -d 'YAML file'
complete -c lane-detectd -l detection-shm-name -x -d 'Segment that detections are written to'
complete -c lane-detectd -l gpu -x -d 'CUDA device that a network runs on, from 0, -1 for none'
complete -c lane-detectd -l help -d 'print what the flags are, and exit'
complete -c lane-detectd -l image-shm-name -x -d 'Segment that frames are read from'
complete -c lane-detectd -l log-level -x -a 'debug info warn error' -d 'least level logged'
complete -c lane-detectd -l method -x -d 'How lanes are found'
complete -c lane-detectd -l prefix -x -d 'prefix of shared-memory and socket names, so that several sets run side by side'
complete -c lane-detectd -l print-config -d 'write the built-in configuration as YAML with comments and exit'
complete -c lane-detectd -l reload -d 'make the running daemon read its configuration again and exit'
complete -c lane-detectd -l run-dir -x -a '(__fish_complete_directories)' -d 'directory of the control sockets'
complete -c lane-detectd -l set -x -a 'method= shared_memory= image_shm_name= detection_shm_name= gpu= wait= slots= detect.work_width= detect.search_top= detect.line_width= detect.vanishing_row= detect.min_contrast= detect.min_seen= detect.lane_width_m= detect.vehicle_width_m= detect.camera.hfov_deg= detect.camera.height_m= detect.camera.pitch_deg= detect.camera.forward_m= detect.smoothing= detect.hold= model.file= model.sha256= model.input_width= model.input_height= model.channels= model.mean= model.std= model.output= model.values= model.lane_class= model.backend= model.target= model.threads=' -d 'set a key of the configuration, section.key=value'
complete -c lane-detectd -l shared-memory -d 'Frames and detections go through shared memory'
complete -c lane-detectd -l shm-dir -x -a '(__fish_complete_directories)' -d 'directory of the shared-memory segments'
complete -c lane-detectd -l version -d 'print the version and exit'
